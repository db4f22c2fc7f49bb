// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {
    ContractWallet,
    GasBurningWallet,
    ReenteringWallet,
    ReturnBombWallet,
    RevertingWallet
} from "../../receivers/Receivers.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract CompleteJobV2Test is EscrowTestV2 {
    function refuse(uint256 jobId, address[] memory contributors, bytes memory error_) private {
        vm.prank(aggregator);
        expectError(error_);
        escrow.completeJob(jobId, RESULT, contributors);
    }

    function test_given_an_ended_job_it_reverts() external {
        uint256 jobId = createClosedJob();
        refuse(
            jobId,
            list(alice, bob),
            abi.encodeWithSelector(
                IAIModelTrainingV2.JobNotOpen.selector, jobId, IAIModelTrainingV2.JobStatus.Completed
            )
        );
    }

    function test_when_anybody_but_the_aggregator_calls_it_reverts(address caller) external {
        vm.assume(caller != aggregator);
        uint256 jobId = createDeliveredJob();
        vm.prank(caller);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.NotAggregator.selector, jobId, caller));
        escrow.completeJob(jobId, RESULT, list(alice, bob));
    }

    function test_when_the_result_is_empty_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        vm.prank(aggregator);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.CidLengthOutOfRange.selector, 0, 128));
        escrow.completeJob(jobId, "", list(alice, bob));
    }

    function test_when_a_listed_wallet_holds_no_slot_it_reverts_whatever_it_was() external {
        uint256 jobId = createDeliveredJob();
        reject(jobId, alice);
        accept(jobId, dave);
        vm.warp(START + 1 hours);
        escrow.releaseSlot(jobId, dave);
        refuse(jobId, list(bob, stranger), slotNotTaken(jobId, stranger, IAIModelTrainingV2.SlotStatus.None));
        refuse(jobId, list(alice, bob), slotNotTaken(jobId, alice, IAIModelTrainingV2.SlotStatus.Rejected));
        refuse(jobId, list(bob, dave), slotNotTaken(jobId, dave, IAIModelTrainingV2.SlotStatus.Released));
    }

    function slotNotTaken(uint256 jobId, address wallet, IAIModelTrainingV2.SlotStatus status)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(IAIModelTrainingV2.SlotNotTaken.selector, jobId, wallet, status);
    }

    function test_when_a_contributor_can_still_deliver_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        accept(jobId, carol);
        refuse(
            jobId,
            list(alice, bob, carol),
            abi.encodeWithSelector(
                IAIModelTrainingV2.DeadlineNotPassed.selector, jobId, carol, START + 1 hours
            )
        );
    }

    function test_when_a_contributor_is_listed_twice_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        refuse(
            jobId,
            list(alice, bob, alice),
            abi.encodeWithSelector(IAIModelTrainingV2.ContributorListedTwice.selector, jobId, alice)
        );
    }

    function test_when_a_taken_slot_is_left_out_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        deliver(jobId, carol);
        refuse(
            jobId,
            list(alice, carol),
            abi.encodeWithSelector(IAIModelTrainingV2.ContributorsMissing.selector, jobId, 5, 7)
        );
    }

    function test_given_fewer_submissions_than_the_minimum_it_reverts() external {
        uint256 jobId = createJob();
        deliver(jobId, alice);
        refuse(
            jobId,
            list(alice),
            abi.encodeWithSelector(IAIModelTrainingV2.TooFewSubmissions.selector, jobId, 1, 2)
        );
    }

    function test_it_pays_equal_shares_with_the_bonds_the_fee_and_the_rest_to_the_requester() external {
        uint256 jobId = createJob();
        uint256[3] memory before = [alice.balance, bob.balance, requester.balance];
        deliver(jobId, alice);
        deliver(jobId, bob);
        uint256 refundWei = STAKE - FEE - 2 * SHARE;

        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobCompleted(jobId, bob, SHARE);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobCompleted(jobId, alice, SHARE);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobClosed(
            jobId, IAIModelTrainingV2.JobStatus.Completed, RESULT, refundWei, FEE
        );
        complete(jobId, list(bob, alice));

        assertEq(alice.balance, before[0] + SHARE, "alice has her share, and her bond again");
        assertEq(bob.balance, before[1] + SHARE, "bob");
        assertEq(requester.balance, before[2] + refundWei, "requester");
        assertEq(feeReceiver.balance, FEE, "fee receiver");
        assertEq(address(escrow).balance, 0, "nothing is kept");
        assertStatus(jobId, IAIModelTrainingV2.JobStatus.Completed);
    }

    function test_it_burns_the_bonds_of_missed_deadlines() external {
        uint256 jobId = createDeliveredJob();
        accept(jobId, carol);
        uint256[3] memory before = [alice.balance, requester.balance, carol.balance];
        vm.warp(START + 1 hours);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.SlotReleased(jobId, carol, BOND);
        complete(jobId, list(alice, bob, carol));
        assertEq(alice.balance, before[0] + SHARE + BOND, "alice has no more than her own");
        assertEq(requester.balance, before[1] + STAKE - FEE - 2 * SHARE, "nor the requester");
        assertEq(feeReceiver.balance, FEE, "nor the fee receiver");
        assertEq(carol.balance, before[2], "carol has nothing");
        assertEq(BURNT.balance, BOND, "burned");
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    function test_a_contested_delivery_does_not_count_and_keeps_its_share_and_bond(bool appealed) external {
        uint256 jobId = createContestedJob(true);
        if (appealed) appeal(jobId, alice);
        vm.prank(aggregator);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.TooFewSubmissions.selector, jobId, 1, 2));
        escrow.completeJob(jobId, RESULT, list(alice, bob));

        deliver(jobId, carol);
        uint256[2] memory before = [requester.balance, bob.balance];
        refuse(
            jobId,
            list(bob, carol),
            abi.encodeWithSelector(IAIModelTrainingV2.ContributorsMissing.selector, jobId, 6, 7)
        );
        complete(jobId, list(alice, bob, carol));
        assertEq(bob.balance, before[1] + SHARE + BOND, "the others are not kept waiting");
        assertEq(requester.balance, before[0] + STAKE - FEE - 3 * SHARE, "nor is it refunded");
        assertEq(address(escrow).balance, SHARE + BOND, "hers is kept");
    }

    function test_one_hostile_receiver_changes_nobody_elses_payment() external {
        ContractWallet[4] memory hostile = [
            ContractWallet(payable(new RevertingWallet())),
            new GasBurningWallet(),
            new ReturnBombWallet(),
            new ReenteringWallet()
        ];
        RevertingWallet(payable(address(hostile[3]))).setAccepts(true);
        for (uint256 i = 0; i < hostile.length; ++i) {
            vm.deal(address(hostile[i]), 1 ether);
            uint256 jobId = createJob();
            deliver(jobId, alice);
            accept(jobId, address(hostile[i]));
            submit(jobId, address(hostile[i]));
            uint256 owedBefore = escrow.withdrawableWei(address(hostile[i]));
            uint256 balanceBefore = address(hostile[i]).balance;
            uint256 aliceBefore = alice.balance;
            address[] memory contributors = list(address(hostile[i]), alice);
            if (i == 3) {
                ReenteringWallet(payable(address(hostile[i])))
                    .arm(address(escrow), abi.encodeCall(escrow.settleJob, (jobId, contributors)));
            }
            uint256 gasBefore = gasleft();
            complete(jobId, contributors);
            assertTrue(gasBefore - gasleft() < 400_000, "gas is bounded");

            uint256 got = address(hostile[i]).balance - balanceBefore
                + escrow.withdrawableWei(address(hostile[i])) - owedBefore;
            assertEq(alice.balance - aliceBefore, SHARE + BOND, "alice is paid");
            assertEq(got, SHARE + BOND, "the hostile wallet is paid or owed");
        }
        assertTrue(
            !ReenteringWallet(payable(address(hostile[3]))).reentered(), "no re-entered call went through"
        );
    }

    function test_a_contributor_that_is_a_contract_wallet_is_paid() external {
        ContractWallet wallet = new ContractWallet();
        vm.deal(address(wallet), 1 ether);
        uint256 jobId = createJob();
        deliver(jobId, alice);
        accept(jobId, address(wallet));
        submit(jobId, address(wallet));
        complete(jobId, list(alice, address(wallet)));
        assertEq(address(wallet).balance, 1 ether + SHARE, "paid");
    }

    function test_32_gas_burning_contributors_do_not_stop_a_completion() external {
        IAIModelTrainingV2.Terms memory terms_ = terms();
        (terms_.maxContributors, terms_.bondBps) = (32, 0);
        uint256 jobId = createJob(terms_);
        address[] memory contributors = new address[](32);
        for (uint256 i = 0; i < 32; ++i) {
            contributors[i] = address(new GasBurningWallet());
            deliver(jobId, contributors[i]);
        }
        uint256 gasBefore = gasleft();
        complete(jobId, contributors);
        assertTrue(gasBefore - gasleft() < 3_000_000, "a tenth of a block");
        assertEq(escrow.withdrawableWei(contributors[31]), (STAKE - FEE) / 32, "owed");
    }

    function test_a_caller_cannot_make_a_push_fail_by_giving_little_gas(uint256 gas_) external {
        ContractWallet wallet = new ContractWallet();
        vm.deal(address(wallet), 1 ether);
        uint256 jobId = createJob();
        deliver(jobId, alice);
        accept(jobId, address(wallet));
        submit(jobId, address(wallet));
        gas_ = bound(gas_, 20_000, 300_000);
        vm.prank(aggregator);
        try escrow.completeJob{gas: gas_}(jobId, RESULT, list(alice, address(wallet))) {
            assertEq(escrow.withdrawableWei(address(wallet)), 0, "pushed, not deferred");
        } catch {
            assertStatus(jobId, IAIModelTrainingV2.JobStatus.Open);
        }
    }
}
