// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract AcceptJobV2Test is EscrowTestV2 {
    function test_given_no_such_job_it_reverts(uint256 jobId) external {
        vm.assume(jobId != 0);
        vm.prank(alice);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.JobNotOpen.selector, jobId, IAIModelTrainingV2.JobStatus.None
            )
        );
        escrow.acceptJob(jobId, delegate);
    }

    function test_given_an_ended_job_it_reverts() external {
        uint256 jobId = createClosedJob();
        vm.prank(carol);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.JobNotOpen.selector, jobId, IAIModelTrainingV2.JobStatus.Completed
            )
        );
        escrow.acceptJob{value: BOND}(jobId, delegate);
    }

    function test_given_acceptBy_has_come_it_reverts(uint32 later) external {
        uint256 jobId = createJob();
        vm.warp(START + 1 days + later);
        vm.prank(alice);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.AcceptanceClosed.selector, jobId, START + 1 days)
        );
        escrow.acceptJob{value: BOND}(jobId, delegate);
    }

    function test_given_a_job_for_permitted_wallets_it_reverts() external {
        IAIModelTrainingV2.Terms memory terms_ = terms();
        terms_.permitOnly = true;
        uint256 jobId = createJob(terms_);
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.PermitRequired.selector, jobId));
        escrow.acceptJob{value: BOND}(jobId, delegate);
    }

    function test_when_the_requester_calls_it_reverts() external {
        uint256 jobId = createJob();
        vm.prank(requester);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.RequesterCannotContribute.selector, jobId, requester)
        );
        escrow.acceptJob{value: BOND}(jobId, delegate);
    }

    function test_when_a_wallet_comes_twice_it_reverts_whatever_became_of_the_first_time() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        refuseAgain(jobId, alice);
        deliver(jobId, bob);
        refuseAgain(jobId, bob);
        reject(jobId, bob);
        refuseAgain(jobId, bob);
        vm.warp(START + 1 hours);
        escrow.releaseSlot(jobId, alice);
        refuseAgain(jobId, alice);
    }

    function refuseAgain(uint256 jobId, address contributor) private {
        vm.prank(contributor);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.AlreadyAccepted.selector, jobId, contributor));
        escrow.acceptJob{value: BOND}(jobId, delegate);
    }

    function test_given_no_free_slot_it_reverts() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        accept(jobId, bob);
        accept(jobId, carol);
        vm.prank(dave);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.NoFreeSlot.selector, jobId));
        escrow.acceptJob{value: BOND}(jobId, delegate);
    }

    function test_when_another_amount_than_the_bond_is_sent_it_reverts(uint256 sentWei) external {
        sentWei = bound(sentWei, 0, 1_000 ether);
        vm.assume(sentWei != BOND);
        uint256 jobId = createJob();
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.WrongBond.selector, jobId, BOND, sentWei));
        escrow.acceptJob{value: sentWei}(jobId, delegate);
    }

    function test_it_takes_the_lowest_free_slot_with_a_deadline_a_training_period_away(uint256 wait)
        external
    {
        wait = bound(wait, 0, 1 days - 1);
        uint256 jobId = createJob();
        vm.warp(START + wait);
        uint40 deadline = uint40(START + wait + 1 hours);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobAccepted(jobId, alice, 0, delegate, deadline);
        accept(jobId, alice);

        IAIModelTrainingV2.Slot memory slot = escrow.getSlot(jobId, alice);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Accepted);
        assertEq(slot.timestamp, deadline, "deadline");
        assertEq(slot.delegate, delegate, "delegate");
        assertEq(escrow.getJob(jobId).takenSlots, 1, "taken slots");
        assertEq(address(escrow).balance, STAKE + BOND, "balance");
    }

    function test_it_takes_a_freed_slot_again() external {
        uint256 jobId = createJob();
        deliver(jobId, alice);
        deliver(jobId, bob);
        reject(jobId, alice);
        accept(jobId, carol);
        accept(jobId, dave);
        assertEq(escrow.getSlot(jobId, carol).index, 0, "freed slot first");
        assertEq(escrow.getSlot(jobId, dave).index, 2, "then the next");
        assertEq(escrow.getJob(jobId).takenSlots, 7, "taken slots");
    }

    function test_the_bond_is_a_part_of_the_share_in_wei(uint16 bondBps, uint256 stakeWei) external {
        IAIModelTrainingV2.Terms memory terms_ = terms();
        terms_.bondBps = uint16(bound(bondBps, 0, 1_000));
        stakeWei = bound(stakeWei, 4, type(uint88).max);
        vm.deal(requester, stakeWei);
        vm.prank(requester);
        uint256 jobId = escrow.createJob{value: stakeWei}(terms_);
        uint256 shareWei = (stakeWei - stakeWei * FEE_BPS / 10_000) / 3;
        uint256 bondWei = shareWei * terms_.bondBps / 10_000;
        assertEq(escrow.getJob(jobId).bondWei, bondWei, "bond");
        assertTrue(bondWei <= shareWei / 10, "a tenth of a share at most");
        vm.deal(alice, bondWei);
        vm.prank(alice);
        escrow.acceptJob{value: bondWei}(jobId, delegate);
        assertEq(address(escrow).balance, stakeWei + bondWei, "held");
    }

    function test_it_fills_32_slots_in_order() external {
        IAIModelTrainingV2.Terms memory terms_ = terms();
        (terms_.maxContributors, terms_.bondBps) = (32, 0);
        uint256 jobId = createJob(terms_);
        for (uint160 i = 0; i < 32; ++i) {
            vm.prank(address(0xF000 + i));
            assertEq(escrow.acceptJob(jobId, address(0)), i, "slot");
        }
        assertEq(escrow.getJob(jobId).takenSlots, type(uint32).max, "taken slots");
    }
}
