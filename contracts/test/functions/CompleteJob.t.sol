// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTraining} from "../../src/IAIModelTraining.sol";
import {EscrowTest} from "../EscrowTest.sol";
import {vm} from "../Vm.sol";
import {
    ContractWallet,
    GasBurningWallet,
    ReenteringWallet,
    ReturnBombWallet,
    RevertingWallet
} from "../receivers/Receivers.sol";

contract CompleteJobTest is EscrowTest {
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
                IAIModelTraining.JobNotOpen.selector, jobId, IAIModelTraining.JobStatus.Completed
            )
        );
    }

    function test_when_anybody_but_the_aggregator_calls_it_reverts(address caller) external {
        vm.assume(caller != aggregator);
        uint256 jobId = createDeliveredJob();
        vm.prank(caller);
        expectError(abi.encodeWithSelector(IAIModelTraining.NotAggregator.selector, jobId, caller));
        escrow.completeJob(jobId, RESULT, list(alice, bob));
    }

    function test_when_the_result_is_empty_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        vm.prank(aggregator);
        expectError(abi.encodeWithSelector(IAIModelTraining.CidLengthOutOfRange.selector, 0, 128));
        escrow.completeJob(jobId, "", list(alice, bob));
    }

    function test_when_a_listed_wallet_holds_no_slot_it_reverts_whatever_it_was() external {
        uint256 jobId = createDeliveredJob();
        reject(jobId, alice);
        accept(jobId, dave);
        vm.warp(START + 1 hours);
        escrow.releaseSlot(jobId, dave);
        refuse(jobId, list(bob, stranger), slotNotTaken(jobId, stranger, IAIModelTraining.SlotStatus.None));
        refuse(jobId, list(alice, bob), slotNotTaken(jobId, alice, IAIModelTraining.SlotStatus.Rejected));
        refuse(jobId, list(bob, dave), slotNotTaken(jobId, dave, IAIModelTraining.SlotStatus.Released));
    }

    function slotNotTaken(uint256 jobId, address wallet, IAIModelTraining.SlotStatus status)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(IAIModelTraining.SlotNotTaken.selector, jobId, wallet, status);
    }

    function test_when_a_contributor_can_still_deliver_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        accept(jobId, carol);
        refuse(
            jobId,
            list(alice, bob, carol),
            abi.encodeWithSelector(IAIModelTraining.DeadlineNotPassed.selector, jobId, carol, START + 1 hours)
        );
    }

    function test_when_a_contributor_is_listed_twice_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        refuse(
            jobId,
            list(alice, bob, alice),
            abi.encodeWithSelector(IAIModelTraining.ContributorListedTwice.selector, jobId, alice)
        );
    }

    function test_when_a_taken_slot_is_left_out_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        deliver(jobId, carol);
        refuse(
            jobId,
            list(alice, carol),
            abi.encodeWithSelector(IAIModelTraining.ContributorsMissing.selector, jobId, 5, 7)
        );
    }

    function test_given_fewer_submissions_than_the_minimum_it_reverts() external {
        uint256 jobId = createJob();
        deliver(jobId, alice);
        refuse(
            jobId,
            list(alice),
            abi.encodeWithSelector(IAIModelTraining.TooFewSubmissions.selector, jobId, 1, 2)
        );
    }

    function test_it_pays_equal_shares_the_fee_and_the_rest_to_the_requester() external {
        uint256 jobId = createDeliveredJob();
        uint256[3] memory before = [alice.balance, bob.balance, requester.balance];
        uint256 feeWei = STAKE * FEE_BPS / 10_000;
        uint256 shareWei = (STAKE - feeWei) / 3;
        uint256 refundWei = STAKE - feeWei - 2 * shareWei;

        vm.expectEmit(address(escrow));
        emit IAIModelTraining.JobCompleted(jobId, bob, shareWei);
        vm.expectEmit(address(escrow));
        emit IAIModelTraining.JobCompleted(jobId, alice, shareWei);
        vm.expectEmit(address(escrow));
        emit IAIModelTraining.JobClosed(
            jobId, IAIModelTraining.JobStatus.Completed, RESULT, refundWei, feeWei
        );
        complete(jobId, list(bob, alice));

        assertEq(alice.balance, before[0] + shareWei, "alice");
        assertEq(bob.balance, before[1] + shareWei, "bob");
        assertEq(requester.balance, before[2] + refundWei, "requester");
        assertEq(feeReceiver.balance, feeWei, "fee receiver");
        assertEq(address(escrow).balance, 0, "nothing is kept");
        assertStatus(jobId, IAIModelTraining.JobStatus.Completed);
    }

    function test_it_splits_forfeited_bonds_among_the_paid_and_their_remainder_goes_to_the_fee_receiver()
        external
    {
        IAIModelTraining.Terms memory terms_ = terms();
        terms_.bondWei = 1_001;
        uint256 jobId = createJob(terms_);
        accept(jobId, carol);
        accept(jobId, dave);
        vm.warp(START + 1 hours);
        escrow.releaseSlot(jobId, dave);
        deliver(jobId, alice);
        deliver(jobId, bob);
        // carol's slot is released by the completion itself, dave's was before: 2002 wei, 1001 for each of two.
        uint256 before = alice.balance;
        vm.expectEmit(address(escrow));
        emit IAIModelTraining.SlotReleased(jobId, carol, 1_001);
        complete(jobId, list(alice, carol, bob));
        uint256 feeWei = STAKE * FEE_BPS / 10_000;
        assertEq(alice.balance - before, (STAKE - feeWei) / 3 + 1_001, "share and bonus");
        assertEq(feeReceiver.balance, feeWei, "no remainder");

        uint256 second = createJob(terms_);
        accept(second, carol);
        deliver(second, alice);
        deliver(second, bob);
        vm.warp(START + 2 hours);
        complete(second, list(alice, bob, carol));
        assertEq(feeReceiver.balance, 2 * feeWei + 1, "the odd wei");
        assertEq(address(escrow).balance, 0, "nothing is kept");
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

            uint256 shareWei = (STAKE - STAKE * FEE_BPS / 10_000) / 3;
            uint256 got = address(hostile[i]).balance - balanceBefore
                + escrow.withdrawableWei(address(hostile[i])) - owedBefore;
            assertEq(alice.balance - aliceBefore, shareWei, "alice is paid");
            assertEq(got, shareWei, "the hostile wallet is paid or owed");
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
        assertEq(address(wallet).balance, 1 ether + (STAKE - STAKE * FEE_BPS / 10_000) / 3, "paid");
    }

    function test_32_gas_burning_contributors_do_not_stop_a_completion() external {
        IAIModelTraining.Terms memory terms_ = terms();
        (terms_.maxContributors, terms_.bondWei) = (32, 0);
        uint256 jobId = createJob(terms_);
        address[] memory contributors = new address[](32);
        for (uint256 i = 0; i < 32; ++i) {
            contributors[i] = address(new GasBurningWallet());
            deliver(jobId, contributors[i]);
        }
        uint256 gasBefore = gasleft();
        complete(jobId, contributors);
        assertTrue(gasBefore - gasleft() < 3_000_000, "a tenth of a block");
        assertEq(escrow.withdrawableWei(contributors[31]), (STAKE - STAKE * FEE_BPS / 10_000) / 32, "owed");
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
            assertStatus(jobId, IAIModelTraining.JobStatus.Open);
        }
    }
}
